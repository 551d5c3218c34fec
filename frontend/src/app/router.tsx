import type { RouteObject } from 'react-router';
import { Layout } from './layout';
import { CartPage } from './routes/cart';
import { CataloguePage } from './routes/catalogue';
import { CheckoutPage } from './routes/checkout';
import { CrashPage, NotFoundPage } from './routes/errors';
import { OrderPage } from './routes/order';
import { OrdersPage } from './routes/orders';
import { ProductPage } from './routes/product';
import { RequireSession } from './routes/require-session';
import { LoginPage, RegisterPage } from './routes/sign-in';

export const routes: RouteObject[] = [
  {
    element: <Layout />,
    errorElement: <CrashPage />,
    children: [
      { path: '/', element: <CataloguePage /> },
      { path: '/products/:productId', element: <ProductPage /> },
      { path: '/cart', element: <CartPage /> },
      { path: '/login', element: <LoginPage /> },
      { path: '/register', element: <RegisterPage /> },
      {
        element: <RequireSession />,
        children: [
          { path: '/checkout', element: <CheckoutPage /> },
          { path: '/orders', element: <OrdersPage /> },
          { path: '/orders/:orderId', element: <OrderPage /> },
        ],
      },
      { path: '*', element: <NotFoundPage /> },
    ],
  },
];
