import { customerFilters } from '@clientele/contracts';
import { describe, expect, it } from 'vitest';
import { filtersOf, isFiltered, isSame, matchKey, queryOf } from './list-address.ts';

const of = (given: object) => customerFilters.parse(given);

describe('the address of a customer list', () => {
  it('says what is asked for, leaves out what is as usual, and is read back the same', () => {
    const filters = of({
      search: 'a & b',
      relationship: 'ended',
      tag: ['gold', 'x,y'],
      delegatedAdmin: 'no',
      agreement: 'missing',
      sort: 'created',
      order: 'desc',
    });
    expect(queryOf(filters)).toEqual({
      search: 'a & b',
      relationship: 'ended',
      tag: ['gold', 'x,y'],
      delegatedAdmin: 'no',
      agreement: 'missing',
      sort: 'created',
      order: 'desc',
    });
    expect(filtersOf(queryOf(filters))).toEqual(filters);
    expect(queryOf(of({}))).toEqual({});
  });

  it('that says something wrong is read as if it had not been said', () => {
    expect(filtersOf({ relationship: 'nonsense', sort: '1', reseller: 'x', tag: 'one', after: 'y', peek: 'z' })).toEqual(
      of({ tag: ['one'] }),
    );
  });

  it('of the usual list is no filter, whatever its order', () => {
    expect(isFiltered(of({ sort: 'created', order: 'desc' }))).toBe(false);
    expect(isFiltered(of({ tag: ['gold'] }))).toBe(true);
  });

  it('keeps what matches apart from the order', () => {
    expect(matchKey(of({ search: 'x', sort: 'created' }))).toBe(matchKey(of({ search: 'x' })));
    expect(isSame(of({ search: 'x', sort: 'created' }), of({ search: 'x' }))).toBe(false);
    expect(isSame(of({ search: 'x' }), of({ search: 'x' }))).toBe(true);
  });
});
