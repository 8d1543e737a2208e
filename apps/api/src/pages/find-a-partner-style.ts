/** What the pages of "find a partner" need besides the customer's other pages. */
export const findStyle = `
.find { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); }
.find-head { display: grid; gap: 0.5rem; max-width: 44rem; }
.find .note { margin: 0; }
.find-form { display: block; }
.find-fields, .find-more { display: grid; gap: 0.9rem 1rem; grid-template-columns: minmax(0, 1fr); align-items: end; }
.find-fields input, .find-fields select, .find-more select { min-width: 0; }
.find-fields input::placeholder { color: var(--quiet); opacity: 0.85; }
@media (min-width: 52rem) {
  .find-fields { grid-template-columns: minmax(0, 2fr) minmax(0, 1.3fr) minmax(0, 1.5fr) auto; }
  .find-fields .button { width: auto; min-height: 2.875rem; }
}
@media (min-width: 36rem) { .find-more { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 52rem) { .find-more { grid-template-columns: repeat(4, minmax(0, 1fr)); } }
.find-count { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; margin-bottom: 0.75rem; }
.find-count h2 { font-size: 1.125rem; font-variant-numeric: tabular-nums; }
.chips { list-style: none; display: flex; flex-wrap: wrap; gap: 0.5rem; margin-bottom: 1rem; align-items: center; }
.chip { display: inline-block; padding: 0.35rem 0.75rem; border: 1px solid var(--border); border-radius: 999px; font-size: 0.875rem; color: var(--text); background: var(--card); text-decoration: none; }
.chip:hover { background: var(--sunken); }
.clear { display: inline-block; padding: 0.35rem 0.5rem; font-size: 0.875rem; }
.found { list-style: none; display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 52rem) { .found { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
.found > li { position: relative; padding: 1.1rem 1.25rem; }
.found > li:hover { border-color: var(--border); }
.found article { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 1rem; }
.found h3 { font-size: 1.0625rem; line-height: 1.35; }
.found h3 a { color: inherit; text-decoration: none; }
.found h3 a::after { content: ""; position: absolute; inset: 0; border-radius: 14px; }
.found h3 a:hover { text-decoration: underline; }
.found .says { margin-top: 0.45rem; font-size: 0.9375rem; }
.offered { list-style: none; display: flex; flex-wrap: wrap; gap: 0.35rem; }
.found .offered { margin-top: 0.7rem; }
.offered li { padding: 0.1rem 0.55rem; border-radius: 6px; background: var(--sunken); border: 1px solid var(--line); font-size: 0.8125rem; color: var(--quiet); }
.logo { flex: none; display: grid; place-items: center; overflow: hidden; background: #ffffff; border: 1px solid var(--line); border-radius: 12px; }
.logo img { display: block; width: auto; height: auto; max-width: 100%; max-height: 100%; object-fit: contain; }
.logo.small { width: 3.5rem; height: 3.5rem; padding: 0.3rem; }
.logo.small img { max-width: 2.9rem; max-height: 2.9rem; }
.logo.large { width: 6rem; height: 6rem; padding: 0.5rem; }
.logo.large img { max-width: 5rem; max-height: 5rem; }
.sign.small { width: 3.5rem; height: 3.5rem; }
.sign.large { width: 6rem; height: 6rem; font-size: 2.25rem; }
.pages { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
.pages .button { width: auto; }
.empty section { display: grid; gap: 0.6rem; justify-items: start; }
.empty .badge { margin: 0; }
.profile { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); margin-top: 0.5rem; }
.profile-head { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 1.25rem; align-items: center; }
@media (max-width: 30rem) { .profile-head .logo.large, .profile-head .sign.large { width: 4.5rem; height: 4.5rem; } .profile-head .logo.large img { max-width: 3.6rem; max-height: 3.6rem; } }
.profile-body { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); align-items: start; }
@media (min-width: 60rem) { .profile-body { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); } .profile-body > .beside { position: sticky; top: 1.5rem; } }
/* On a phone the way to write comes first. */
@media (max-width: 59.99rem) { .profile-body > .beside { display: contents; } .profile-body > .beside > :first-child { order: -1; } }
.told { white-space: pre-line; margin-top: 0.6rem; }
.stacked > div { grid-template-columns: minmax(0, 1fr); gap: 0.35rem; }
.card h2 + .facts { margin-top: 0.75rem; }
.ask { display: grid; gap: 0.5rem; }
.places { list-style: none; display: grid; gap: 0.9rem; margin-top: 0.6rem; font-size: 0.9375rem; }
.places address { font-style: normal; color: var(--quiet); }
.places span { display: block; }
`;
