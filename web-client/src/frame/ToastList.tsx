import '@mantine/notifications/styles.css';
import { Notifications } from '@mantine/notifications';

/** No more at a time than one can read; the others wait. */
const MOST = 4;

export default function ToastList() {
  return <Notifications position="bottom-right" limit={MOST} />;
}
