import { gallery } from '../gallery/gallery';
import { WIDE } from '../support/visit';

gallery({ language: 'en', judged: { viewport: WIDE, colorScheme: 'light' } });
