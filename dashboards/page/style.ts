// The style sheet of every page: calm paper, one column, light and dark, phone and printer.
import {figureRules} from './style/figures.ts';
import {fleetRules} from './style/fleet.ts';
import {mediaRules} from './style/media.ts';
import {pageRules} from './style/page.ts';
import {textRules} from './style/text.ts';

export const styleSheet = `${pageRules}${figureRules}${textRules}${fleetRules}${mediaRules}`.trim();
