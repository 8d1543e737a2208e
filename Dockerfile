FROM node:22-slim
WORKDIR /clientele
ENV CI=true NPM_CONFIG_UPDATE_NOTIFIER=false
COPY . .
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile && npx --yes pnpm@12.21.0 run build
USER node
CMD ["node", "apps/api/dist/main.js"]
