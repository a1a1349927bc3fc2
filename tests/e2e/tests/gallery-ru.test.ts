import { gallery } from '../gallery/gallery';

gallery({ language: 'ru', axe: false });
