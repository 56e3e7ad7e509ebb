import { Suspense } from 'react';
import { Navigate, Route, Routes } from 'react-router-dom';
import { GoodbyePage } from './accounts/goodbye-page.tsx';
import { RegisterPage } from './accounts/register-page.tsx';
import { LogInPage } from './sessions/log-in-page.tsx';
import { RequireSession } from './sessions/require-session.tsx';
import { StrangerOnly } from './sessions/stranger-only.tsx';
import { Layout } from './ui/layout.tsx';
import { lazyPage } from './ui/lazy-page.ts';
import { Loading } from './ui/loading.tsx';
import { NotFoundPage } from './ui/not-found-page.tsx';

const ActivityPage = lazyPage(() => import('./activity/activity-page.tsx'));
const ProfilePage = lazyPage(() => import('./accounts/profile-page.tsx'));
const ChangePasswordPage = lazyPage(() => import('./passwords/change-password-page.tsx'));
const DevicesPage = lazyPage(() => import('./sessions/devices-page.tsx'));
const TokensPage = lazyPage(() => import('./tokens/tokens-page.tsx'));
const InspectorPage = lazyPage(() => import('./tokens/inspector-page.tsx'));

export const Router = () => (
  <Layout>
    <Suspense fallback={<Loading what="this page" />}>
      <Routes>
        <Route path="/" element={<Navigate to="/profile" replace />} />
        <Route element={<StrangerOnly />}>
          <Route path="/login" element={<LogInPage />} />
          <Route path="/register" element={<RegisterPage />} />
        </Route>
        <Route element={<RequireSession />}>
          <Route path="/profile" element={<ProfilePage />} />
          <Route path="/password" element={<ChangePasswordPage />} />
          <Route path="/devices" element={<DevicesPage />} />
          <Route path="/activity" element={<ActivityPage />} />
          <Route path="/tokens" element={<TokensPage />} />
        </Route>
        <Route path="/inspector" element={<InspectorPage />} />
        <Route path="/goodbye" element={<GoodbyePage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Routes>
    </Suspense>
  </Layout>
);
