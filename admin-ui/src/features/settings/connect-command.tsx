import type { ApiTokenView, Created } from '@glidepath/server/api-types';
import { useMutation } from '@tanstack/react-query';
import { Sentence } from '../../kit/sentence.tsx';
import { useServices } from '../../lib/services.tsx';
import { AllowToken, type TokenInput } from './allow-token.tsx';
import { type HandOver, handOver } from './hand-over.ts';
import { settingsMessages } from './messages.ts';

/** Makes a token for the command on this computer, once somebody allows it, and hands it over. */
export function ConnectCommand({ asked }: { readonly asked: HandOver }) {
  const { api } = useServices();
  const allowing = useMutation({
    mutationFn: (body: TokenInput) => api.post<Created<ApiTokenView>>('/api/v1/api-tokens', { body }),
    onSuccess: ({ secret }) => handOver(asked, secret, document),
  });
  return (
    <AllowToken allowing={allowing} onAllow={(input) => allowing.mutate(input)}>
      <p>
        <Sentence text={settingsMessages.command.why} />
      </p>
    </AllowToken>
  );
}
