import { ShoppingBag, User } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, ScrollRestoration, useNavigate, useSearchParams } from 'react-router';
import { toast } from '../components/ui/toast';
import { useSessionStore } from '../features/auth/api/session-store';
import { useShownCart } from '../features/cart/api/cart-changes';
import { ConnectionNotices } from './connection-notices';

export function Layout() {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-screen flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-30 focus:bg-card focus:p-3"
      >
        {t('skip')}
      </a>
      <Header />
      <main id="content" className="mx-auto w-full max-w-6xl grow px-4 py-8">
        <Outlet />
      </main>
      <footer className="border-t border-line py-8 text-center text-sm text-muted">
        <span className="font-display">万</span> {t('shop')} — {t('tagline')}
      </footer>
      <ScrollRestoration />
    </div>
  );
}

function Header() {
  const { t, i18n } = useTranslation();
  const { shown: cart } = useShownCart();
  const count = cart?.items.reduce((sum, item) => sum + (item.gone ? 0 : item.quantity), 0) ?? 0;
  const link = 'flex min-h-10 items-center gap-1.5 rounded-lg px-2 text-sm hover:text-indigo';
  return (
    <header className="sticky top-0 z-10 border-b border-line bg-paper/90 backdrop-blur">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <Link to="/" className="flex items-center gap-2 font-display text-2xl">
          <span aria-hidden className="grid size-9 place-items-center rounded-lg bg-ink text-lg text-paper">
            万
          </span>
          {t('shop')}
        </Link>
        <Search />
        <div className="ml-auto flex items-center gap-1">
          <button
            type="button"
            className={link}
            lang={i18n.language === 'ja' ? 'en' : 'ja'}
            onClick={() => void i18n.changeLanguage(i18n.language === 'ja' ? 'en' : 'ja')}
          >
            {t('nav.language')}
          </button>
          <Account className={link} />
          <Link to="/cart" className={link} aria-label={`${t('nav.cart')} (${count})`}>
            <ShoppingBag aria-hidden size={20} />
            <span
              data-testid="cart-count"
              className="min-w-5 rounded-full bg-shu px-1.5 text-center text-xs leading-5 text-white"
            >
              {count}
            </span>
          </Link>
        </div>
      </div>
      <ConnectionNotices />
    </header>
  );
}

function Account({ className }: { readonly className: string }) {
  const { t } = useTranslation();
  const { status, user, logout } = useSessionStore();
  if (status === 'unknown') return <span className="h-10 w-24" />;
  if (!user) {
    return (
      <Link to="/login" className={className}>
        <User aria-hidden size={20} />
        {t('nav.login')}
      </Link>
    );
  }
  const leave = (): void =>
    void logout().then(
      () => toast(t('auth.signedOut')),
      // The notice above the page says that it is tried again.
      () => undefined,
    );
  return (
    <>
      <span className="hidden max-w-40 truncate text-sm text-muted sm:inline">
        {t('nav.account', { name: user.name })}
      </span>
      <Link to="/orders" className={className}>
        {t('nav.orders')}
      </Link>
      <button type="button" className={className} onClick={leave}>
        {t('nav.logout')}
      </button>
    </>
  );
}

function Search() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const query = parameters.get('q') ?? '';
  const [text, setText] = useState(query);
  const [shown, setShown] = useState(query);
  // The address is the truth: going back changes the field too.
  if (shown !== query) {
    setShown(query);
    setText(query);
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void navigate(text.trim() ? `/?q=${encodeURIComponent(text.trim())}` : '/');
  };
  return (
    <form role="search" onSubmit={submit} className="order-last w-full sm:order-none sm:w-72">
      <input
        type="search"
        value={text}
        maxLength={100}
        onChange={(event) => setText(event.target.value)}
        aria-label={t('search.label')}
        placeholder={t('search.placeholder')}
        className="min-h-10 w-full rounded-full border border-line bg-card px-4 text-sm"
      />
    </form>
  );
}
