/** What an address needs in a country. A country without `postalCode` has none that can be checked. */
export interface CountryRules {
  /** A regular expression for the whole postal code. */
  postalCode?: string;
  example?: string;
  /** ISO 3166-2 codes without the country, where an address needs a state, province or prefecture. */
  states?: readonly string[];
}

const list = (codes: string) => codes.split(' ');

/** Countries and regions by ISO 3166-1 alpha-2 code. Names come from `Intl.DisplayNames` in the reader's language. */
export const countries: Readonly<Record<string, CountryRules>> = {
  AE: {},
  AR: { postalCode: '[A-Z]?\\d{4}([A-Z]{3})?', example: 'C1070AAM' },
  AT: { postalCode: '\\d{4}', example: '1010' },
  AU: { postalCode: '\\d{4}', example: '2060', states: list('ACT NSW NT QLD SA TAS VIC WA') },
  BE: { postalCode: '\\d{4}', example: '1000' },
  BG: { postalCode: '\\d{4}', example: '1000' },
  BR: {
    postalCode: '\\d{5}-?\\d{3}',
    example: '40301-110',
    states: list('AC AL AM AP BA CE DF ES GO MA MG MS MT PA PB PE PI PR RJ RN RO RR RS SC SE SP TO'),
  },
  CA: {
    postalCode: '[ABCEGHJ-NPRSTVXY]\\d[ABCEGHJ-NPRSTV-Z] ?\\d[ABCEGHJ-NPRSTV-Z]\\d',
    example: 'H3Z 2Y7',
    states: list('AB BC MB NB NL NS NT NU ON PE QC SK YT'),
  },
  CH: { postalCode: '\\d{4}', example: '8001' },
  CL: { postalCode: '\\d{7}', example: '8340457' },
  CN: { postalCode: '\\d{6}', example: '100000' },
  CO: { postalCode: '\\d{6}', example: '111221' },
  CZ: { postalCode: '\\d{3} ?\\d{2}', example: '110 00' },
  DE: { postalCode: '\\d{5}', example: '10115' },
  DK: { postalCode: '\\d{4}', example: '1050' },
  EE: { postalCode: '\\d{5}', example: '10111' },
  EG: { postalCode: '\\d{5}', example: '12411' },
  ES: { postalCode: '\\d{5}', example: '28039' },
  FI: { postalCode: '\\d{5}', example: '00550' },
  FR: { postalCode: '\\d{2} ?\\d{3}', example: '75001' },
  GB: { postalCode: 'GIR ?0AA|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[ABD-HJLN-UW-Z]{2}', example: 'EC1Y 8SY' },
  GR: { postalCode: '\\d{3} ?\\d{2}', example: '151 24' },
  HK: {},
  HR: { postalCode: '\\d{5}', example: '10000' },
  HU: { postalCode: '\\d{4}', example: '1037' },
  ID: { postalCode: '\\d{5}', example: '40115' },
  IE: { postalCode: '[\\dA-Z]{3} ?[\\dA-Z]{4}', example: 'A65 F4E2' },
  IL: { postalCode: '\\d{5}(\\d{2})?', example: '9614303' },
  IN: { postalCode: '\\d{6}', example: '110034' },
  IS: { postalCode: '\\d{3}', example: '101' },
  IT: { postalCode: '\\d{5}', example: '00144' },
  JP: {
    postalCode: '\\d{3}-?\\d{4}',
    example: '154-0023',
    states: Array.from({ length: 47 }, (_, index) => String(index + 1).padStart(2, '0')),
  },
  KE: { postalCode: '\\d{5}', example: '20100' },
  KR: { postalCode: '\\d{5}', example: '03051' },
  LT: { postalCode: '(LT-)?\\d{5}', example: '04340' },
  LU: { postalCode: '(L-)?\\d{4}', example: '4750' },
  LV: { postalCode: '(LV-)?\\d{4}', example: 'LV-1073' },
  MT: { postalCode: '[A-Z]{3} ?\\d{2,4}', example: 'NXR 1001' },
  MX: { postalCode: '\\d{5}', example: '02860' },
  MY: { postalCode: '\\d{5}', example: '43000' },
  NG: { postalCode: '\\d{6}', example: '930283' },
  NL: { postalCode: '[1-9]\\d{3} ?[A-Z]{2}', example: '1234 AB' },
  NO: { postalCode: '\\d{4}', example: '0025' },
  NZ: { postalCode: '\\d{4}', example: '6001' },
  PE: { postalCode: '\\d{5}', example: '15001' },
  PH: { postalCode: '\\d{4}', example: '1008' },
  PL: { postalCode: '\\d{2}-\\d{3}', example: '00-950' },
  PT: { postalCode: '\\d{4}-\\d{3}', example: '2725-079' },
  QA: {},
  RO: { postalCode: '\\d{6}', example: '060274' },
  SA: { postalCode: '\\d{5}(-\\d{4})?', example: '11564' },
  SE: { postalCode: '(SE-)?\\d{3} ?\\d{2}', example: '113 30' },
  SG: { postalCode: '\\d{6}', example: '546080' },
  SI: { postalCode: '(SI-)?\\d{4}', example: '1000' },
  SK: { postalCode: '\\d{3} ?\\d{2}', example: '811 01' },
  TH: { postalCode: '\\d{5}', example: '10150' },
  TR: { postalCode: '\\d{5}', example: '01960' },
  TW: { postalCode: '\\d{3}(\\d{2,3})?', example: '104' },
  UA: { postalCode: '\\d{5}', example: '15432' },
  US: {
    postalCode: '\\d{5}(-\\d{4})?',
    example: '98052',
    states: list(
      'AK AL AR AS AZ CA CO CT DC DE FL GA GU HI IA ID IL IN KS KY LA MA MD ME MI MN MO MP MS MT NC ND NE NH NJ NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VI VT WA WI WV WY',
    ),
  },
  VN: { postalCode: '\\d{5,6}', example: '70010' },
  ZA: { postalCode: '\\d{4}', example: '0083' },
};

/** Every code, sorted. */
export const countryCodes = Object.keys(countries).sort();
