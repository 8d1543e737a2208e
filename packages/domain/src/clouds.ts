import type { SpecialQualification } from './qualifications.ts';

export const clouds = ['public', 'us-government'] as const;
export type Cloud = (typeof clouds)[number];

/** What a cloud can be without. What is off is shown as off, with the reason. */
export type CloudFeature =
  | 'find-a-partner'
  | 'business-profile'
  | 'leads'
  | 'partnerships'
  | 'customer-analytics'
  | 'optional-delegated-admin';

/** Everything that differs between the clouds, in one place. */
export interface CloudProfile {
  cloud: Cloud;
  /**
   * What the keys of this cloud's sessions, links and codes are made for, besides the installation's secret: what one cloud has made is nothing in the
   * other. Empty: the secret itself.
   */
  keysFor: string;
  /** The suffix of the primary domain of a customer whose account is made here: `<prefix>.<suffix>`. */
  domainSuffix: string;
  /** Partner types that can set up an account in this cloud. */
  partnerTypes: readonly PartnerType[];
  /** Countries and regions whose customers this cloud serves; empty means every one. */
  countries: readonly string[];
  /** Special qualifications that a customer of this cloud can have; empty where the cloud offers none. */
  specialQualifications: readonly SpecialQualification[];
  features: Readonly<Record<CloudFeature, boolean>>;
}

export const partnerTypes = ['direct-partner', 'indirect-provider', 'indirect-reseller'] as const;
export type PartnerType = (typeof partnerTypes)[number];

export const cloudProfiles: Readonly<Record<Cloud, CloudProfile>> = {
  public: {
    cloud: 'public',
    keysFor: '',
    domainSuffix: 'clientele.cloud',
    partnerTypes,
    countries: [],
    specialQualifications: ['state-owned', 'education', 'non-profit', 'government-community'],
    features: {
      'find-a-partner': true,
      'business-profile': true,
      leads: true,
      partnerships: true,
      'customer-analytics': true,
      'optional-delegated-admin': true,
    },
  },
  'us-government': {
    cloud: 'us-government',
    keysFor: 'clientele: cloud us-government, 1',
    domainSuffix: 'clientele.us',
    partnerTypes: ['direct-partner'],
    countries: ['US'],
    specialQualifications: [],
    features: {
      'find-a-partner': false,
      'business-profile': false,
      leads: false,
      partnerships: false,
      'customer-analytics': false,
      'optional-delegated-admin': false,
    },
  },
};
