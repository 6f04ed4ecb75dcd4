import { isEnabled } from '../ts/wrapper.ts';

const HistoryAction = ({ model }: { readonly model: string }) => {
  const pathname = `/history/${model}`;

  if (!isEnabled('new-checkout')) {
    return null;
  }

  return <a href={pathname}>{model}</a>;
};

export const scenario = () => [<HistoryAction key="1" model="article" />, <b key="2">end</b>];
