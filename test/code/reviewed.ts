/**
 * What a person found who read the published source of packages that use feature flags, with nothing but an editor and its
 * search: `FILE:LINE CALL KEY`. Comments that speak of a flag, the function that asks itself, and the object of defaults
 * (`dist/FeatureFlags` of Primer), whose members are names and no texts, ask for nothing.
 */
export interface Reviewed {
  readonly package: string;
  readonly version: string;
  readonly folders: readonly string[];
  /** What its flags are asked for by. */
  readonly asksBy: string;
  readonly found: readonly string[];
}

const MERGED = 'useFeatureFlag primer_react_merged_forwarded_refs';
const ANCHOR = 'useFeatureFlag primer_react_css_anchor_positioning';
const TIMELINE = 'useFeatureFlag primer_react_timeline_list_semantics';
const TRAILING = 'primer_react_action_list_group_heading_trailing_action';

const motionIn = (folder: string, lines: Readonly<Record<string, number>>): readonly string[] => [
  `dist/${folder}/entering/exiting-persistence.js:${lines['pending']} fg platform-dst-motion-uplift-labels`,
  `dist/${folder}/entering/exiting-persistence.js:${lines['pending']} fg platform-dst-motion-uplift-input`,
  `dist/${folder}/entering/exiting-persistence.js:${lines['visible']} fg platform-dst-motion-uplift`,
  `dist/${folder}/entering/exiting-persistence.js:${lines['wrap']} fg platform-dst-motion-uplift-labels`,
  `dist/${folder}/entering/exiting-persistence.js:${lines['wrap']} fg platform-dst-motion-uplift-input`,
  `dist/${folder}/entering/motion-presence-boundary.js:${lines['boundary']} fg platform-dst-motion-isolate-presence`,
  `dist/${folder}/entering/motion.js:${lines['motion']} fg platform-dst-use-motion`,
];

export const REVIEWED: readonly Reviewed[] = [
  {
    package: '@atlaskit/motion',
    version: '9.4.0',
    folders: ['dist/cjs', 'dist/es2019'],
    asksBy: 'fg',
    found: [
      ...motionIn('cjs', { pending: 167, visible: 179, wrap: 194, boundary: 19, motion: 263 }),
      ...motionIn('es2019', { pending: 142, visible: 154, wrap: 167, boundary: 14, motion: 248 }),
    ],
  },
  {
    package: '@primer/react',
    version: '38.40.0',
    folders: ['dist'],
    asksBy: 'useFeatureFlag',
    found: [
      `dist/ActionList/Group.js:15 constant ${TRAILING}`,
      `dist/ActionList/Group.js:241 useFeatureFlag ${TRAILING}`,
      `dist/ActionList/List.js:68 ${MERGED}`,
      'dist/ActionList/List.js:74 useFeatureFlag primer_react_action_list_item_gap',
      `dist/AnchoredOverlay/AnchoredOverlay.js:29 ${ANCHOR}`,
      `dist/AnchoredOverlay/AnchoredOverlay.js:37 ${MERGED}`,
      `dist/ButtonGroup/ButtonGroup.js:34 ${MERGED}`,
      `dist/Checkbox/Checkbox.js:16 ${MERGED}`,
      `dist/Dialog/Dialog.js:249 ${MERGED}`,
      `dist/FilteredActionList/FilteredActionList.js:39 ${MERGED}`,
      `dist/Overlay/Overlay.js:89 ${ANCHOR}`,
      `dist/PageHeader/PageHeader.js:32 ${MERGED}`,
      `dist/PageHeader/PageHeader.js:306 ${MERGED}`,
      'dist/SelectPanel/SelectPanel.js:95 useFeatureFlag primer_react_select_panel_fullscreen_on_narrow',
      'dist/SelectPanel/SelectPanel.js:97 useFeatureFlag primer_react_select_panel_order_selected_at_top',
      `dist/TextInput/TextInput.js:23 ${MERGED}`,
      `dist/Timeline/Timeline.js:28 ${TIMELINE}`,
      `dist/Timeline/Timeline.js:105 ${TIMELINE}`,
      `dist/Timeline/Timeline.js:243 ${TIMELINE}`,
      `dist/TooltipV2/Tooltip.js:90 ${MERGED}`,
      `dist/experimental/Tabs/useTabList.js:10 ${MERGED}`,
    ],
  },
];
