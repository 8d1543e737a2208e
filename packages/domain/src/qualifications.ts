import { type Cloud, cloudProfiles } from './clouds.ts';
import type { FieldError } from './refusals.ts';

/** Qualifications that open special offers to a customer. The cloud's profile says which there are. */
export const specialQualifications = ['state-owned', 'education', 'non-profit', 'government-community'] as const;
export type SpecialQualification = (typeof specialQualifications)[number];

/** What is wrong with a qualification in a cloud: none may be chosen that the cloud does not offer. */
export function checkQualification(cloud: Cloud, qualification: SpecialQualification | null | undefined): FieldError[] {
  if (!qualification || cloudProfiles[cloud].specialQualifications.includes(qualification)) return [];
  return [{ path: 'specialQualification', rule: 'choice' }];
}
