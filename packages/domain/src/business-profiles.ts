import { type Address, checkAddress } from './addresses.ts';
import { normalizeDomain, unshowable } from './names.ts';
import type { FieldError } from './refusals.ts';
import { isLookalikeDomain } from './scripts.ts';
import type { Transitions } from './transitions.ts';

export const profileStates = ['unpublished', 'published'] as const;
/** Whether customers see a business profile. A published one that is edited further stays what it was published as. */
export type ProfileState = (typeof profileStates)[number];
export type ProfileCommand = 'publish' | 'unpublish' | 'discard-draft';

export const profileTransitions: Transitions<ProfileState, ProfileCommand> = {
  unpublished: { publish: 'published' },
  published: { publish: 'published', unpublish: 'unpublished', 'discard-draft': 'published' },
};

/** The most that a profile holds; lengths in characters as people count them. Source: domain.md section 3. */
export const profileLimits = {
  description: 2500,
  webSite: 200,
  tags: 20,
  tag: 50,
  locations: 5,
  locationName: 100,
  /** Pixels of the logo as it is kept; a wider or higher one is made smaller. */
  logoWidth: 300,
  logoHeight: 300,
  /** Of the file that is uploaded, and of a side of the picture in it. */
  logoBytes: 2 * 1024 * 1024,
  logoSide: 4000,
} as const;

/** An entry of a list that profiles choose from, with its name for people. */
export interface ProfileChoice {
  id: string;
  en: string;
  ja: string;
}

export const profileIndustries = [
  { id: 'agriculture', en: 'Agriculture, forestry and fishing', ja: '農林水産' },
  { id: 'automotive', en: 'Automotive', ja: '自動車' },
  { id: 'construction', en: 'Construction and real estate', ja: '建設・不動産' },
  { id: 'education', en: 'Education', ja: '教育' },
  { id: 'energy', en: 'Energy and utilities', ja: 'エネルギー・公益' },
  { id: 'finance', en: 'Financial services', ja: '金融' },
  { id: 'government', en: 'Government', ja: '官公庁・自治体' },
  { id: 'health', en: 'Health care', ja: '医療・介護' },
  { id: 'hospitality', en: 'Hospitality and travel', ja: '宿泊・飲食・旅行' },
  { id: 'logistics', en: 'Logistics and transport', ja: '物流・運輸' },
  { id: 'manufacturing', en: 'Manufacturing', ja: '製造' },
  { id: 'media', en: 'Media and entertainment', ja: 'メディア・エンターテインメント' },
  { id: 'non-profit', en: 'Non-profit', ja: '非営利団体' },
  { id: 'professional-services', en: 'Professional services', ja: '士業・専門サービス' },
  { id: 'retail', en: 'Retail and wholesale', ja: '小売・卸売' },
  { id: 'technology', en: 'Technology and telecommunications', ja: 'IT・通信' },
] as const satisfies readonly ProfileChoice[];

/** Families of products: what a customer asks for, not what stands on an order. */
export const profileProducts = [
  { id: 'azure', en: 'Microsoft Azure', ja: 'Microsoft Azure' },
  { id: 'copilot', en: 'Microsoft Copilot', ja: 'Microsoft Copilot' },
  { id: 'dynamics-365', en: 'Microsoft Dynamics 365', ja: 'Microsoft Dynamics 365' },
  { id: 'fabric', en: 'Microsoft Fabric and Power BI', ja: 'Microsoft Fabric・Power BI' },
  { id: 'microsoft-365', en: 'Microsoft 365', ja: 'Microsoft 365' },
  { id: 'power-platform', en: 'Microsoft Power Platform', ja: 'Microsoft Power Platform' },
  { id: 'security', en: 'Microsoft Defender and Entra', ja: 'Microsoft Defender・Entra' },
  { id: 'sql-server', en: 'SQL Server', ja: 'SQL Server' },
  { id: 'teams-phone', en: 'Microsoft Teams Phone', ja: 'Microsoft Teams 電話' },
  { id: 'windows', en: 'Windows and Windows Server', ja: 'Windows・Windows Server' },
] as const satisfies readonly ProfileChoice[];

export const profileServices = [
  { id: 'assessment', en: 'Assessment', ja: '現状調査・診断' },
  { id: 'consulting', en: 'Consulting', ja: 'コンサルティング' },
  { id: 'custom-development', en: 'Custom development', ja: '個別開発' },
  { id: 'deployment', en: 'Deployment', ja: '導入・展開' },
  { id: 'integration', en: 'Integration', ja: 'システム連携' },
  { id: 'licensing', en: 'Licensing', ja: 'ライセンス' },
  { id: 'managed-services', en: 'Managed services', ja: '運用代行' },
  { id: 'migration', en: 'Migration', ja: '移行' },
  { id: 'security', en: 'Security', ja: 'セキュリティ' },
  { id: 'support', en: 'Support', ja: 'サポート' },
  { id: 'training', en: 'Training', ja: 'トレーニング' },
] as const satisfies readonly ProfileChoice[];

/** Sizes of the companies that a partner wants as customers, in people. */
export const profileSizes = [
  { id: '1-9', en: '1 to 9 people', ja: '1～9 人' },
  { id: '10-49', en: '10 to 49 people', ja: '10～49 人' },
  { id: '50-249', en: '50 to 249 people', ja: '50～249 人' },
  { id: '250-999', en: '250 to 999 people', ja: '250～999 人' },
  { id: '1000-up', en: '1,000 people and more', ja: '1,000 人以上' },
] as const satisfies readonly ProfileChoice[];

/** What a profile chooses from, by the field that holds the choice. */
export const profileChoices = {
  industries: profileIndustries,
  products: profileProducts,
  services: profileServices,
  companySizes: profileSizes,
} as const satisfies Record<string, readonly ProfileChoice[]>;
export type ProfileChoiceField = keyof typeof profileChoices;
export const profileChoiceFields = Object.keys(profileChoices) as ProfileChoiceField[];

/** The name of a choice; its id, should it be none of this release. */
export function choiceName(field: ProfileChoiceField, id: string, language: 'en' | 'ja'): string {
  const choices: readonly ProfileChoice[] = profileChoices[field];
  return choices.find((choice) => choice.id === id)?.[language] ?? id;
}

/** A place where the partner is, in the country of the profile. */
export interface ProfileLocation {
  /** What the partner calls it: *Head office*. */
  name: string;
  address: Address;
}

/** A logo as it is kept: of our own making, and named by what is in it. */
export interface ProfileLogo {
  hash: string;
  mediaType: 'image/png' | 'image/jpeg';
  width: number;
  height: number;
}

/** All that a business profile says. The draft is one, and what is published is another. */
export interface ProfileContent {
  description: string;
  /** With its scheme; empty: none. */
  webSite: string;
  industries: string[];
  products: string[];
  services: string[];
  companySizes: string[];
  tags: string[];
  locations: ProfileLocation[];
  logo: ProfileLogo | null;
}

export const emptyProfile: ProfileContent = {
  description: '',
  webSite: '',
  industries: [],
  products: [],
  services: [],
  companySizes: [],
  tags: [],
  locations: [],
  logo: null,
};

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as people count them: an emoji or a letter with its marks is one, and so is a line break. */
export function characterCount(text: string): number {
  // What is plain needs no segmenter, which is slow on a long text.
  if (/^[\t\n\x20-\x7e\u3040-\u3096\u30a1-\u30fa\u4e00-\u9fff\u3001\u3002]*$/.test(text)) return text.length;
  segmenter ??= new Intl.Segmenter();
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/** Marks can be piled up on one letter without end: no text may be longer than so many times what it may have of characters. */
const mostPerCharacter = 4;

function checkLength(path: string, value: string, max: number): FieldError[] {
  if (characterCount(value) > max || [...value].length > max * mostPerCharacter) return [{ path, rule: 'too_long', params: { max } }];
  return [];
}

/** A web site as it is kept: with https where no scheme was typed, without a password; null when it is none that a browser should be sent to. */
export function normalWebSite(typed: string): string | null {
  const trimmed = typed.trim();
  const text = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[^/:]+:\d+(\/|$)/.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(text) || /[\s\\]/.test(trimmed)) return null;
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol) || url.username || url.password) return null;
  const host = normalizeDomain(url.hostname);
  if (!host || isLookalikeDomain(host)) return null;
  return url.href;
}

/**
 * A profile as it is kept: texts composed and trimmed, line breaks of one kind, choices and tags once each. Says nothing of whether it is good; `checkProfile`
 * does.
 */
export function normalProfile(content: ProfileContent): ProfileContent {
  const clean = (value: string) => value.normalize('NFC').trim();
  const once = (values: string[]) => [...new Set(values)];
  const tags = new Map<string, string>();
  for (const tag of content.tags.map(clean).filter((value) => value !== ''))
    if (!tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), tag);
  return {
    ...content,
    description: clean(content.description.replace(/\r\n?/g, '\n')),
    webSite: content.webSite.trim() === '' ? '' : (normalWebSite(content.webSite) ?? content.webSite.trim()),
    industries: once(content.industries),
    products: once(content.products),
    services: once(content.services),
    companySizes: once(content.companySizes),
    tags: [...tags.values()],
    locations: content.locations.map(({ name, address }) => ({ name: clean(name), address })),
  };
}

/** What is wrong with a profile, as a draft may already not be: each field and rule. What is missing is `profileStanding`'s matter. */
export function checkProfile(country: string, content: ProfileContent): FieldError[] {
  const errors: FieldError[] = [...checkLength('description', content.description, profileLimits.description)];
  if (unshowable.test(content.description)) errors.push({ path: 'description', rule: 'control_characters' });
  if (content.webSite !== '') {
    errors.push(...checkLength('webSite', content.webSite, profileLimits.webSite));
    if (normalWebSite(content.webSite) === null) errors.push({ path: 'webSite', rule: 'url' });
  }
  for (const field of profileChoiceFields) {
    const known: readonly ProfileChoice[] = profileChoices[field];
    for (const [index, id] of content[field].entries())
      if (!known.some((choice) => choice.id === id)) errors.push({ path: `${field}.${index}`, rule: 'choice' });
  }
  if (content.tags.length > profileLimits.tags) errors.push({ path: 'tags', rule: 'too_many', params: { max: profileLimits.tags } });
  for (const [index, tag] of content.tags.entries()) {
    errors.push(...checkLength(`tags.${index}`, tag, profileLimits.tag));
    if (hasNoLine(tag)) errors.push({ path: `tags.${index}`, rule: 'control_characters' });
  }
  if (content.locations.length > profileLimits.locations)
    errors.push({ path: 'locations', rule: 'too_many', params: { max: profileLimits.locations } });
  for (const [index, { name, address }] of content.locations.slice(0, profileLimits.locations).entries()) {
    const path = `locations.${index}`;
    errors.push(...checkLength(`${path}.name`, name, profileLimits.locationName));
    if (hasNoLine(name)) errors.push({ path: `${path}.name`, rule: 'control_characters' });
    if (!address.line1.trim()) errors.push({ path: `${path}.address.line1`, rule: 'required' });
    errors.push(...checkAddress(country, address, `${path}.address`));
  }
  return errors;
}

const hasNoLine = (value: string) => /[\r\n\t]/.test(value) || unshowable.test(value);

/** What makes a profile complete. `description` and `offer` are needed before it can be published, the rest is advice. */
export const profileHints = [
  'description',
  'offer',
  'logo',
  'details',
  'webSite',
  'industries',
  'companySizes',
  'locations',
  'tags',
] as const;
export type ProfileHint = (typeof profileHints)[number];
const needed: readonly ProfileHint[] = ['description', 'offer'];

/** From so many characters on a description says something. */
export const detailedDescription = 200;

/** How far a profile is. */
export interface ProfileStanding {
  hints: { name: ProfileHint; done: boolean; needed: boolean }[];
  done: number;
  of: number;
  /** Nothing that is needed is missing. */
  canPublish: boolean;
}

/** What is there and what is missing, in the order in which it helps most. */
export function profileStanding(content: ProfileContent): ProfileStanding {
  const isDone: Record<ProfileHint, boolean> = {
    description: content.description !== '',
    offer: content.products.length + content.services.length > 0,
    logo: content.logo !== null,
    details: characterCount(content.description) >= detailedDescription,
    webSite: content.webSite !== '',
    industries: content.industries.length > 0,
    companySizes: content.companySizes.length > 0,
    locations: content.locations.length > 0,
    tags: content.tags.length > 0,
  };
  const hints = profileHints.map((name) => ({ name, done: isDone[name], needed: needed.includes(name) }));
  return {
    hints,
    done: hints.filter(({ done }) => done).length,
    of: hints.length,
    canPublish: hints.every((hint) => hint.done || !hint.needed),
  };
}

/** What is missing before a profile can be published, at the fields where it is given. */
export function checkPublishable(country: string, content: ProfileContent): FieldError[] {
  const { hints } = profileStanding(content);
  const missing = hints.filter((hint) => hint.needed && !hint.done).map(({ name }) => (name === 'offer' ? 'services' : name));
  return [...missing.map((path): FieldError => ({ path, rule: 'required' })), ...checkProfile(country, content)];
}

/** The fields in which two profiles differ, in the order of the form. */
export function changedProfileFields(before: ProfileContent, after: ProfileContent): (keyof ProfileContent)[] {
  const fields = Object.keys(emptyProfile) as (keyof ProfileContent)[];
  return fields.filter((field) => sorted(before[field]) !== sorted(after[field]));
}

/** A value as text, whatever the order of its keys: the database has one of its own. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner)
            .filter(([, one]) => one !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : inner,
  );
}
