import { pages } from '@latchkey/contract/pages';
import { Suspense } from 'react';
import { Route, Routes, useLocation } from 'react-router-dom';
import { GoodbyePage } from '../accounts/goodbye-page.tsx';
import { RegisterPage } from '../accounts/register-page.tsx';
import { lazyPage } from '../api/lazy-page.ts';
import { GuestOnly } from '../sessions/guest-only.tsx';
import { LogInPage } from '../sessions/log-in-page.tsx';
import { RequireSession } from '../sessions/require-session.tsx';
import { Loading } from '../ui/loading.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { HomePage } from './home-page.tsx';
import { Layout } from './layout.tsx';
import { NotFoundPage } from './not-found-page.tsx';

const ActivityPage = lazyPage(pages.activity, () => import('../activity/activity-page.tsx'));
const ProfilePage = lazyPage(pages.profile, () => import('../accounts/profile-page.tsx'));
const ChangePasswordPage = lazyPage(pages.password, () => import('../passwords/change-password-page.tsx'));
const SessionsPage = lazyPage(pages.devices, () => import('../sessions/sessions-page.tsx'));
const AppsPage = lazyPage(pages.apps, () => import('../apps/apps-page.tsx'));
const AuthorizePage = lazyPage(pages.authorize, () => import('../oauth/authorize-page.tsx'));
const LogoutPage = lazyPage(pages.endSession, () => import('../oauth/logout-page.tsx'));
const SignInMethodsPage = lazyPage(pages.signInMethods, () => import('../identities/sign-in-methods-page.tsx'));
const ContinuePage = lazyPage(pages.continueSignIn, () => import('../identities/continue-page.tsx'));
const DevicePage = lazyPage(pages.device, () => import('../oauth/device-page.tsx'));
const TokensPage = lazyPage(pages.tokens, () => import('../tokens/tokens-page.tsx'));
const VerifyEmailPage = lazyPage(pages.verifyEmail, () => import('../emails/verify-email-page.tsx'));
const UndoPage = lazyPage(pages.undo, () => import('../emails/undo-page.tsx'));
const ForgotPasswordPage = lazyPage(pages.forgotPassword, () => import('../passwords/forgot-password-page.tsx'));
const ResetPasswordPage = lazyPage(pages.resetPassword, () => import('../passwords/reset-password-page.tsx'));
const InspectorPage = lazyPage(pages.inspector, () => import('../tokens/inspector-page.tsx'));

const Pages = () => (
  <Routes>
    <Route path={pages.home} element={<HomePage />} />
    <Route element={<GuestOnly />}>
      <Route path={pages.logIn} element={<LogInPage />} />
      <Route path={pages.register} element={<RegisterPage />} />
    </Route>
    <Route element={<RequireSession />}>
      <Route path={pages.profile} element={<ProfilePage />} />
      <Route path={pages.password} element={<ChangePasswordPage />} />
      <Route path={pages.signInMethods} element={<SignInMethodsPage />} />
      <Route path={pages.device} element={<DevicePage />} />
      <Route path={pages.devices} element={<SessionsPage />} />
      <Route path={pages.activity} element={<ActivityPage />} />
      <Route path={pages.apps} element={<AppsPage />} />
      <Route path={pages.tokens} element={<TokensPage />} />
    </Route>
    <Route path={pages.continueSignIn} element={<ContinuePage />} />
    <Route path={pages.authorize} element={<AuthorizePage />} />
    <Route path={pages.endSession} element={<LogoutPage />} />
    <Route path={pages.inspector} element={<InspectorPage />} />
    <Route path={pages.verifyEmail} element={<VerifyEmailPage />} />
    <Route path={pages.undo} element={<UndoPage />} />
    <Route path={pages.forgotPassword} element={<ForgotPasswordPage />} />
    <Route path={pages.resetPassword} element={<ResetPasswordPage />} />
    <Route path={pages.goodbye} element={<GoodbyePage />} />
    <Route path="*" element={<NotFoundPage />} />
  </Routes>
);

export const Router = () => {
  const { pathname } = useLocation();
  return (
    <Layout>
      {/* The key shows the spinner of a page that is loading, in place of the previous page, and forgets an error. */}
      <ErrorBoundary key={pathname}>
        <Suspense fallback={<Loading what="this page" />}>
          <Pages />
        </Suspense>
      </ErrorBoundary>
    </Layout>
  );
};
