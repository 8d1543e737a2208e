import { z } from 'zod';
import { customerFilters } from './customers.ts';
import { endpoint } from './endpoint.ts';
import { id, line, nothing } from './fields.ts';

/** The columns that a person can choose for the customer list; the company is always there. */
export const customerColumns = ['domain', 'relationship', 'delegatedAdmin', 'agreement', 'reseller', 'tags', 'country', 'created'] as const;

const name = line(60);
const columns = z.array(z.enum(customerColumns)).max(customerColumns.length);
const fields = z.object({
  name,
  /** What the view asks for; sort and order included. */
  filters: customerFilters,
  columns,
  /** Shown when the list is opened without an address of its own. At most one view is. */
  isDefault: z.boolean(),
});

/** A customer list that a partner user has kept under a name; nobody else sees it. */
export const customerView = fields.extend({ id });
export type CustomerView = z.output<typeof customerView>;

export const listCustomerViews = endpoint({
  name: 'listCustomerViews',
  method: 'GET',
  path: '/api/customer-views',
  summary: 'The saved customer lists of the signed-in person, by name.',
  tag: 'Customer views',
  access: 'customers.see',
  people: true,
  result: z.object({ items: z.array(customerView) }),
});

export const addCustomerView = endpoint({
  name: 'addCustomerView',
  method: 'POST',
  path: '/api/customer-views',
  summary: "Keeps filters, sort and columns of the customer list under a name of one's own.",
  tag: 'Customer views',
  access: 'customers.see',
  people: true,
  body: fields.extend({ isDefault: z.boolean().default(false) }),
  result: customerView,
  status: 201,
});

export const editCustomerView = endpoint({
  name: 'editCustomerView',
  method: 'PATCH',
  path: '/api/customer-views/:viewId',
  summary: 'Renames a saved customer list, overwrites what it shows, or makes it the default.',
  tag: 'Customer views',
  access: 'customers.see',
  people: true,
  params: z.object({ viewId: id }),
  body: fields.partial(),
  result: customerView,
});

export const deleteCustomerView = endpoint({
  name: 'deleteCustomerView',
  method: 'DELETE',
  path: '/api/customer-views/:viewId',
  summary: 'Forgets a saved customer list. The customers stay.',
  tag: 'Customer views',
  access: 'customers.see',
  people: true,
  params: z.object({ viewId: id }),
  body: nothing,
  result: nothing,
});
