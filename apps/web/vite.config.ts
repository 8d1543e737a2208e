import { fileURLToPath } from 'node:url';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin, runnerImport } from 'vite';

const contractFile = fileURLToPath(new URL('../../packages/contracts/src/index.ts', import.meta.url));

/** What the browser needs of an endpoint: where it is. Its types are there at compile time, its schemas stay on the server. */
interface EndpointLike {
  name: string;
  method: string;
  path: string;
  tag: string;
  access: string;
  query?: unknown;
}

const isEndpoint = (value: unknown): value is EndpointLike =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'result' in value;
const isPlain = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));

/** The contract without its schemas: endpoints as method and path, constants as they are. Keeps zod out of the browser. */
function contractWithoutSchemas(): Plugin {
  const id = '\0contract-without-schemas';
  return {
    name: 'contract-without-schemas',
    enforce: 'pre',
    resolveId: (source) => (source === '@clientele/contracts' ? id : undefined),
    async load(asked) {
      if (asked !== id) return undefined;
      const { module, dependencies } = await runnerImport<Record<string, unknown>>(contractFile, {
        configFile: false,
        resolve: { conditions: ['development', 'module', 'node'] },
        ssr: { resolve: { conditions: ['development', 'module', 'node'] } },
      });
      for (const dependency of dependencies) if (dependency.startsWith('/')) this.addWatchFile(dependency);
      const lines = Object.entries(module).flatMap(([name, value]) => {
        if (isEndpoint(value)) {
          const { method, path, tag, access } = value;
          return [`export const ${name} = ${JSON.stringify({ name: value.name, method, path, tag, access })};`];
        }
        return isPlain(value) ? [`export const ${name} = ${JSON.stringify(value)};`] : [];
      });
      return lines.join('\n');
    },
  };
}

/** <UApp> imports its toaster even when it is told not to show one (ours is src/app/Toaster.vue); left out, it costs the first load nothing. */
function withoutToasterOfUi(): Plugin {
  const id = '\0no-toaster';
  return {
    name: 'without-toaster-of-ui',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source === './Toaster.vue' && importer?.includes('/@nuxt/ui/dist/runtime/components/App.vue') ? id : undefined,
    load: (asked) => (asked === id ? 'export default { render: () => null };' : undefined),
  };
}

export default defineConfig({
  plugins: [
    contractWithoutSchemas(),
    withoutToasterOfUi(),
    vue(),
    ui({
      autoImport: false,
      components: { dirs: [], dts: false },
      colorMode: false,
      ui: {
        colors: { primary: 'indigo', neutral: 'slate', success: 'emerald', warning: 'amber', error: 'rose', info: 'sky' },
        button: {
          slots: { base: 'cursor-pointer' },
          variants: {
            size: { md: { leadingIcon: 'size-4', trailingIcon: 'size-4' }, xs: { leadingIcon: 'size-3.5', trailingIcon: 'size-3.5' } },
          },
        },
        // A title of several lines keeps its height on a narrow screen.
        modal: { slots: { header: 'shrink-0' } },
        input: { variants: { size: { md: { leadingIcon: 'size-4', trailingIcon: 'size-4' } } } },
      },
      icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}'], globExclude: ['node_modules', 'dist'] } } },
    }),
  ],
  resolve: { conditions: ['development', 'module', 'browser'] },
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
    __INTLIFY_DROP_MESSAGE_COMPILER__: 'false',
  },
  server: {
    port: 5173,
    strictPort: true,
    // Besides the API what the server renders itself: the pages behind the links in mails, the customer's own page, the calendar feed. The
    // short ones with their second stroke: "/i" alone would take /invitations along.
    proxy: Object.fromEntries(
      ['/api', '/my', '/pages', '/calendar/', '^/[aeipu]/'].map((path) => [
        path,
        { target: process.env.API_URL ?? 'http://127.0.0.1:3000', changeOrigin: false },
      ]),
    ),
  },
  build: { manifest: true, target: 'es2022', chunkSizeWarningLimit: 700 },
});
