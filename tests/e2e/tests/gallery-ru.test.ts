import { gallery } from '../gallery/gallery';
import { WIDE } from '../support/visit';

gallery({ language: 'ru', judged: { viewport: WIDE, colorScheme: 'dark' } });
