/**
 * How Hostler looks: petrol on warm paper, apricot for what wants attention. The contrasts are at least AA: dimmed text and
 * placeholders are darker than the library's.
 */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e9f5f3',
  '#d3e9e5',
  '#a8d5ce',
  '#7bc1b7',
  '#57b0a5',
  '#2f988c',
  '#15796f',
  '#0f655e',
  '#0b514c',
  '#073e3a',
];

const apricot: MantineColorsTuple = [
  '#fff4e4',
  '#fde7cb',
  '#f9cf9b',
  '#f5b866',
  '#f1a43b',
  '#e5901a',
  '#bd7108',
  '#8f5504',
  '#6f4203',
  '#523002',
];

/** Dark enough, from its sixth shade on, for white letters. */
const red: MantineColorsTuple = [
  '#fdeceb',
  '#fad9d6',
  '#f4b4ae',
  '#ee8c84',
  '#e5675d',
  '#d6453b',
  '#c02f26',
  '#b3261e',
  '#8f1b15',
  '#6b120d',
];

/** Greys with a little of the paper in them. */
const gray: MantineColorsTuple = [
  '#f8f7f4',
  '#f1efea',
  '#e6e3dc',
  '#d6d2c9',
  '#c0bbb0',
  '#9a958a',
  '#726e65',
  '#57534c',
  '#3b3834',
  '#242220',
];

/** Dark greys with a little of the petrol in them. */
const dark: MantineColorsTuple = [
  '#d3dbda',
  '#b3bebd',
  '#93a1a0',
  '#657473',
  '#3f4c4c',
  '#2f3a3b',
  '#232c2d',
  '#181f20',
  '#121818',
  '#0c1011',
];

export const theme = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, apricot, red, gray, dark },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans JP", "Hiragino Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "Cascadia Mono", "Noto Sans Mono", Menlo, monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.625rem', lineHeight: '1.3' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    // The head of a dialog is no banner of the page.
    Modal: {
      defaultProps: { attributes: { header: { role: 'presentation' } } },
      styles: { title: { fontWeight: 600, lineHeight: 1.35 } },
    },
    // Below the field, a hint of two lines does not push it out of line with its neighbours.
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
      styles: { error: { marginBlockStart: 4 } },
    },
  },
});

/** Lines of charts are told apart also by those who do not see red from green, and are dashed besides. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    // A bar that wants attention is in dashes, for those to whom its colour says nothing.
    '--hostler-bar-high':
      'repeating-linear-gradient(90deg, var(--hostler-chart-2) 0 6px, transparent 6px 8px)',
  },
  light: {
    '--mantine-color-body': '#fdfcfa',
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': gray[6],
    '--mantine-color-error': '#b3261e',
    '--hostler-frame': gray[0],
    '--hostler-chart-1': petrol[6],
    '--hostler-chart-2': apricot[6],
  },
  dark: {
    '--mantine-color-dimmed': dark[2],
    // Dimmed text is to be read also in the row under the pointer.
    '--mantine-color-default-hover': '#2a3435',
    '--mantine-color-placeholder': dark[2],
    '--mantine-color-error': '#ff9b92',
    '--mantine-color-anchor': petrol[3],
    '--hostler-frame': dark[8],
    '--hostler-chart-1': petrol[3],
    '--hostler-chart-2': apricot[4],
  },
});
