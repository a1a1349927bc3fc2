import { gallery } from '../gallery/gallery';
import { NARROW } from '../support/visit';

gallery({ language: 'ja', judged: { viewport: NARROW, colorScheme: 'light' } });
