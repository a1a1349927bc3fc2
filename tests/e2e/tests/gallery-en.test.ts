import { gallery } from '../gallery/gallery';

gallery({ language: 'en', axe: true });
