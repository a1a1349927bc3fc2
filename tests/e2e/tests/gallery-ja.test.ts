import { gallery } from '../gallery/gallery';

gallery({ language: 'ja', axe: false });
