# Latchkey with its pages, as one process that is not root and writes to /data only. See docs/containers.md.
FROM docker.io/library/node:24-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npx --yes pnpm install --frozen-lockfile \
 && npx --yes pnpm build \
 && npx --yes pnpm --filter @latchkey/api deploy --prod --legacy /app/apps/api \
 && rm -rf /app/apps/api/src /app/apps/api/testing \
 && cp -r apps/api/dist /app/apps/api/dist \
 && mkdir -p /app/apps/web \
 && cp -r apps/web/dist /app/apps/web/dist

FROM docker.io/library/node:24-bookworm-slim
RUN useradd --uid 10001 --no-create-home latchkey \
 && install -d -o latchkey -m 700 /data
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/latchkey.db
USER 10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The commands of the operator: docker exec <container> node apps/api/dist/cli/cli.js users list
CMD ["node", "--max-semi-space-size=16", "apps/api/dist/main.js"]
