import type { MemberView, Written } from '@glidepath/server/api-types';
import { Button, Group, NativeSelect, Skeleton, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { type Column, SimpleTable } from '../../kit/simple-table.tsx';
import { TypedConfirm } from '../../kit/typed-confirm.tsx';
import { membersQuery } from '../../lib/members-query.ts';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { CreateMember } from './create-member.tsx';
import { settingsMessages } from './messages.ts';
import { ROLES, type Role, roleEverywhere } from './roles.ts';

const m = settingsMessages.members;

interface MemberChange {
  readonly member: MemberView;
  readonly change: { readonly roles: Readonly<Record<string, Role>> } | { readonly disabled: boolean };
}

/** People and what they may do. */
export function Members() {
  const { api } = useServices();
  const { may } = useSession();
  const queries = useQueryClient();
  const members = useQuery(membersQuery(api));
  const [isCreating, setCreating] = useState(false);
  const [blocking, setBlocking] = useState<MemberView | null>(null);
  const mayEdit = may('member.edit');
  const refresh = () => queries.invalidateQueries({ queryKey: ['members'] });
  const edit = useMutation({
    mutationFn: ({ member, change }: MemberChange) =>
      api.patch<Written<MemberView>>(`/api/v1/members/${member.id}`, { body: change, revision: member.revision }),
    onSuccess: () => setBlocking(null),
    onSettled: refresh,
  });

  if (members.isPending) return <Skeleton height={200} />;
  if (members.isError) {
    return <ErrorNotice failed={m.failed} error={members.error} onRetry={() => void members.refetch()} />;
  }
  return (
    <>
      <Group>
        <Button leftSection={<IconPlus size={18} aria-hidden />} disabled={!mayEdit} onClick={() => setCreating(true)}>
          {m.create}
        </Button>
        {!mayEdit && <Text c="dimmed">{settingsMessages.mayNot}</Text>}
      </Group>
      {edit.isError && <ErrorNotice failed={m.changeFailed} error={edit.error} />}
      <SimpleTable
        label={m.list}
        columns={columnsFor({
          disabled: !mayEdit || edit.isPending,
          onRole: (member, role) => edit.mutate({ member, change: { roles: { '*': role } } }),
          onBlock: setBlocking,
          onUnblock: (member) => edit.mutate({ member, change: { disabled: false } }),
        })}
        rows={members.data.items}
        idOf={(member) => member.id}
      />
      <CreateMember
        opened={isCreating}
        onClose={() => setCreating(false)}
        onCreated={() => {
          setCreating(false);
          void refresh();
        }}
      />
      <TypedConfirm
        opened={blocking !== null}
        onClose={() => setBlocking(null)}
        action={m.blockOf(blocking?.name ?? '')}
        effect={m.blockWhy}
        word={blocking?.email ?? ''}
        sending={edit.isPending}
        onConfirm={() => blocking && edit.mutate({ member: blocking, change: { disabled: true } })}
      />
    </>
  );
}

interface Actions {
  readonly disabled: boolean;
  readonly onRole: (member: MemberView, role: Role) => void;
  readonly onBlock: (member: MemberView) => void;
  readonly onUnblock: (member: MemberView) => void;
}

function columnsFor({ disabled, onRole, onBlock, onUnblock }: Actions): readonly Column<MemberView>[] {
  return [
    { name: m.name, cell: (member) => member.name },
    { name: m.email, cell: (member) => member.email },
    {
      name: m.role,
      cell: (member) => {
        const role = roleEverywhere(member);
        if (role === null) return m.severalRoles;
        return (
          <NativeSelect
            aria-label={m.roleOf(member.name)}
            disabled={disabled}
            value={role}
            data={ROLES.map((value) => ({ value, label: m.roles[value] }))}
            onChange={(event) => onRole(member, event.currentTarget.value as Role)}
          />
        );
      },
    },
    { name: m.state, cell: (member) => (member.disabledAt === null ? m.active : m.blocked) },
    {
      name: m.actions,
      cell: (member) =>
        member.disabledAt === null ? (
          <Button
            size="xs"
            variant="outline"
            color="red"
            disabled={disabled}
            aria-label={m.blockOf(member.name)}
            onClick={() => onBlock(member)}
          >
            {m.block}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="default"
            disabled={disabled}
            aria-label={m.unblockOf(member.name)}
            onClick={() => onUnblock(member)}
          >
            {m.unblock}
          </Button>
        ),
    },
  ];
}
