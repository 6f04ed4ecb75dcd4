/** Of every command that reads definitions. */
export const FOLDER_OPTION = {
  folder: { value: 'FOLDER', summary: 'where the definitions lie; `flags` beside the configuration if absent' },
} as const;
