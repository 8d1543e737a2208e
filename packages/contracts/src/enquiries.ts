import { lengths } from '@clientele/domain';
import { z } from 'zod';
import { country, email, line, optionalLine, personName, phone, text } from './fields.ts';

/** The form by which a customer writes to a partner that it has found. A page of plain HTML sends it, no program. */
export const enquiryForm = z.object({
  companyName: line(lengths.companyName),
  firstName: personName,
  lastName: personName,
  email,
  phone,
  country,
  products: z.array(line(50)).max(20),
  services: z.array(line(50)).max(20),
  companySize: optionalLine(20),
  message: text(lengths.message).refine((given) => given.trim() !== '', { params: { rule: 'required' } }),
  urgent: z.boolean(),
  consent: z.literal(true),
});
export type EnquiryForm = z.output<typeof enquiryForm>;
