import type { BrowserBootstrap, BrowserClientOptions } from '@glidepath/sdk-browser';
import { Feature, FlagsProvider, useFlag, useFlagsStatus, useTrack } from '@glidepath/sdk-browser/react';
import { type ReactElement, useState } from 'react';
import { type Product, priceOf, products } from './catalogue.ts';

export interface AppProps {
  /** What every flag was for this visitor when the page was made. */
  readonly bootstrap: BrowserBootstrap;
  readonly options: BrowserClientOptions;
}

/** The same on the server and in the page: flags stream in without a reload. */
export function App({ bootstrap, options }: AppProps): ReactElement {
  return (
    <FlagsProvider bootstrap={bootstrap} options={options}>
      <Shop />
    </FlagsProvider>
  );
}

function Shop(): ReactElement {
  const [chosen, choose] = useState<Product | null>(null);
  return (
    <>
      <header>
        <Banner />
        <h1>
          Wind <em>&amp;</em> Wing
        </h1>
        <p className="soft">Everything that flies, and a little that only floats.</p>
      </header>
      <main>
        <Products onChoose={choose} />
        <Checkout product={chosen ?? (products[0] as Product)} />
        <Feature flag="recommendations" fallback={false}>
          <Recommendations onChoose={choose} />
        </Feature>
      </main>
      <Footer />
    </>
  );
}

function Banner(): ReactElement | null {
  const text = useFlag('banner-text', '');
  return text === '' ? null : <p className="banner">{text}</p>;
}

interface Choosing {
  readonly onChoose: (product: Product) => void;
}

function Products({ onChoose }: Choosing): ReactElement {
  const count = useFlag('page-size', 4);
  return (
    <section aria-labelledby="products">
      <h2 id="products">In stock</h2>
      <ul className="grid">
        {products.slice(0, Math.max(1, count)).map((product) => (
          <li key={product.id}>
            <Card product={product} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Card({ product, onChoose }: Choosing & { readonly product: Product }): ReactElement {
  return (
    <article className="card" aria-label={product.name}>
      <Picture hue={product.hue} />
      <div className="words">
        <h3>{product.name}</h3>
        <p className="soft">{product.about}</p>
      </div>
      <div className="buy">
        <strong>{priceOf(product)}</strong>
        <button type="button" onClick={() => onChoose(product)}>
          Choose<span className="unseen"> {product.name}</span>
        </button>
      </div>
    </article>
  );
}

function Picture({ hue }: { readonly hue: number }): ReactElement {
  const [sail, shade, line] = [`hsl(${hue} 72% 58%)`, `hsl(${hue} 62% 42%)`, `hsl(${hue} 40% 50%)`];
  return (
    <svg viewBox="0 0 120 72" aria-hidden="true" style={{ background: `hsl(${hue} 60% 50% / 14%)` }}>
      <path d="M60 8 84 32 60 56Z" fill={shade} />
      <path d="M60 8 36 32 60 56Z" fill={sail} />
      <path d="M60 56c6 4-6 6 0 10s10-2 14 4" fill="none" stroke={line} strokeWidth="1.5" />
    </svg>
  );
}

function Checkout({ product }: { readonly product: Product }): ReactElement {
  const isNew = useFlag('new-checkout', false);
  const track = useTrack();
  const buy = () => track('bought', { value: product.cents });
  return (
    <section className="checkout" aria-labelledby="checkout">
      <h2 id="checkout">{isNew ? 'Express checkout' : 'Checkout'}</h2>
      <p>
        {product.name}, <strong>{priceOf(product)}</strong>
      </p>
      {isNew ? (
        <p>One step: confirm, and it flies.</p>
      ) : (
        <ol>
          <li>Address</li>
          <li>Payment</li>
          <li>Confirm</li>
        </ol>
      )}
      <button type="button" className="primary" onClick={buy}>
        {isNew ? 'Confirm' : 'To the address'}
      </button>
    </section>
  );
}

function Recommendations({ onChoose }: Choosing): ReactElement {
  return (
    <section className="also" aria-labelledby="also">
      <h2 id="also">Others also bought</h2>
      <ul>
        {products.slice(-3).map((product) => (
          <li key={product.id}>
            <button type="button" onClick={() => onChoose(product)}>
              {product.name} <span>{priceOf(product)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Footer(): ReactElement {
  const { ready, failed } = useFlagsStatus();
  return (
    <footer>
      <p className="soft">
        {failed ? 'Without flags: fallbacks are shown.' : ready ? 'Flags are here.' : 'Flags are on their way.'}
      </p>
    </footer>
  );
}
