import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import { usePlaces } from './navigation.ts';
import { useSession } from './session.ts';

/** The keys of the frame: Ctrl-K and ? and / and `g` with a letter, and `n` for a new customer. Typing in a field is never a key. */
export function useKeys(acts: { search: () => void; help: () => void }): void {
  const router = useRouter();
  const { main, below } = usePlaces();
  const { may } = useSession();
  let wentAt = 0;

  const isTyping = (target: EventTarget | null) =>
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role="combobox"], [role="textbox"]'));

  const onKey = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      acts.search();
      return;
    }
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      isTyping(event.target) ||
      document.querySelector('[role="dialog"], [role="menu"]')
    )
      return;
    if (Date.now() - wentAt < 1000) {
      wentAt = 0;
      const place = [...main.value, ...below.value].find(({ letter, off }) => letter === event.key && !off);
      if (place) {
        event.preventDefault();
        void router.push(place.to);
      }
      return;
    }
    if (event.key === '?') acts.help();
    else if (event.key === 'g') wentAt = Date.now();
    else if (event.key === 'n' && may('customers.add').allowed) void router.push('/customers/new');
    else if (event.key === '/') {
      const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
      if (field) field.focus();
      else acts.search();
    } else return;
    event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  onScopeDispose(() => window.removeEventListener('keydown', onKey));
}
