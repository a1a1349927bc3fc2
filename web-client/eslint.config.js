import js from '@eslint/js';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Pages and parts that are loaded together with the texts of an area (`src/i18n/areas.ts`, `src/routes.tsx`). */
const STAFF = [
  'src/staff/**',
  'src/pages/{audit,hypervisors,nodes,operations,operator,pools,systems,tariffs,users}/**',
];
const CUSTOMER = [
  'src/{alerting,statistics,work}/**',
  'src/pages/{account,alerts,channels,inbox,new-server,rules,server}/**',
  ...STAFF,
];
const STAFF_TEXTS = 'audit|catalog|hypervisors|nodes|operationPages|operator|users';
const CUSTOMER_TEXTS = 'account|alerts|channels|inbox|newServer|rules|server|snapshots|statistics|steps';

/** Elsewhere neither the keys of the area may be used nor the parts that use them. */
function onlyWithTexts(files, ignores, texts, parts) {
  // Scopes of tokens, such as "servers.read", only look alike.
  const key = `/^(${texts})\\.(?!(read|write)$)/`;
  const message = 'These texts are not loaded here: see src/i18n/areas.ts.';
  return {
    files,
    ignores: [...ignores, '**/*.test.*'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=${key}]`, message },
        { selector: `TemplateElement[value.raw=${key}]`, message },
      ],
      'no-restricted-imports': ['error', { patterns: [{ regex: `^@/(${parts})/`, message }] }],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist', 'public'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [
      tseslint.configs.strictTypeChecked,
      jsxA11y.flatConfigs.strict,
      reactHooks.configs.flat['recommended-latest'],
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Event handlers and effects start work that reports its own failures.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Dialogs and forms move the focus to where the person is about to type.
      'jsx-a11y/no-autofocus': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  onlyWithTexts(['src/**'], CUSTOMER, `${STAFF_TEXTS}|${CUSTOMER_TEXTS}`, 'alerting|staff|statistics|work'),
  onlyWithTexts(CUSTOMER, STAFF, STAFF_TEXTS, 'staff'),
  {
    files: ['scripts/*.mjs', 'eslint.config.js'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
);
