// Generated from events/schemas by events/scripts/generate.ts. Do not edit.

/**
 * The shopper cancelled before the payment was captured.
 */
export interface OrderCancelled {
  orderId: string;
  userId: string;
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * Paid, deducted and confirmed: the order is done.
 */
export interface OrderCompleted {
  orderId: string;
  userId: string;
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  /**
   * Whether the saga has sent the confirmation itself
   */
  notified: boolean;
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * A shopper placed an order. Prices are those of the catalogue at that moment. Address, customer and payment token are not here: core-api hands them out by order id (docs/adr).
 */
export interface OrderCreated {
  orderId: string;
  userId: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * The order ended without a sale; stock and money are back.
 */
export interface OrderFailed {
  orderId: string;
  userId: string;
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  failure: {
    code: 'OUT_OF_STOCK' | 'PAYMENT_DECLINED' | 'STEP_FAILED' | 'ORDER_CANCELLED';
    message: string;
  };
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * One step of an order, as its history shows it.
 */
export interface OrderStatusChanged {
  orderId: string;
  userId: string;
  status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
  event: {
    /**
     * When it happened, ISO 8601 UTC
     */
    at: string;
    type:
      | 'OrderPlaced'
      | 'StockReserved'
      | 'PaymentCaptured'
      | 'StockDeducted'
      | 'NotificationSent'
      | 'OrderCompleted'
      | 'OutOfStock'
      | 'PaymentDeclined'
      | 'OrderCancelled'
      | 'StepFailed'
      | 'PaymentRefunded'
      | 'StockReleased'
      | 'OrderFailed';
    /**
     * What the step can tell, e.g. {paymentId}
     */
    detail?: {
      [k: string]: unknown;
    };
  };
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * A product was created, changed or taken out of the catalogue.
 */
export interface ProductChanged {
  productId: string;
  change: 'created' | 'updated' | 'deleted';
  /**
   * The product as it is now; null when deleted
   */
  product: {
    name: string;
    description: string;
    nameEn: string;
    descriptionEn: string;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
    currency: string;
    category: string;
    imageUrl: string | null;
    available: number;
    /**
     * When it happened, ISO 8601 UTC
     */
    createdAt: string;
    /**
     * When it happened, ISO 8601 UTC
     */
    updatedAt: string;
  } | null;
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * Held units of one product are free again.
 */
export interface StockReleased {
  productId: string;
  /**
   * Units this movement is about
   */
  quantity: number;
  /**
   * quantity - reserved after the movement
   */
  available: number;
  orderId: string;
  reason: 'compensation' | 'expired';
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * Units of one product are held for an order.
 */
export interface StockReserved {
  productId: string;
  /**
   * Units this movement is about
   */
  quantity: number;
  /**
   * quantity - reserved after the movement
   */
  available: number;
  orderId: string;
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * Units of one product were deducted for an order or received from a supplier.
 */
export interface StockUpdated {
  productId: string;
  /**
   * Units this movement is about
   */
  quantity: number;
  /**
   * quantity - reserved after the movement
   */
  available: number;
  orderId?: string;
  /**
   * Units in the warehouse after the movement
   */
  onHand: number;
  reason: 'deducted' | 'received';
  /**
   * Supplier's reference of a receipt
   */
  reference?: string;
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * Somebody opened an account.
 */
export interface UserRegistered {
  userId: string;
  email: string;
  name: string;
  locale: 'ja' | 'en';
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * The shopper cancelled before the payment was captured.
 */
export interface OrderCancelledV1 {
  orderId: string;
  userId: string;
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  customer: {
    email: string;
    name: string;
    locale: 'ja' | 'en';
  };
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * Paid, deducted and confirmed: the order is done.
 */
export interface OrderCompletedV1 {
  orderId: string;
  userId: string;
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  customer: {
    email: string;
    name: string;
    locale: 'ja' | 'en';
  };
  /**
   * Whether the saga has sent the confirmation itself
   */
  notified: boolean;
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * A shopper placed an order. Prices are those of the catalogue at that moment.
 */
export interface OrderCreatedV1 {
  orderId: string;
  userId: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  shippingAddress: {
    name: string;
    postalCode: string;
    prefecture: string;
    city: string;
    line1: string;
    line2?: string;
    phone: string;
  };
  payment: {
    /**
     * Single-use token of the payment provider
     */
    token: string;
  };
  customer: {
    email: string;
    name: string;
    locale: 'ja' | 'en';
  };
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

/**
 * The order ended without a sale; stock and money are back.
 */
export interface OrderFailedV1 {
  orderId: string;
  userId: string;
  /**
   * Smallest unit of the currency (JPY: yen)
   */
  totalAmount: number;
  currency: string;
  /**
   * @minItems 1
   */
  items: {
    productId: string;
    productName: string;
    quantity: number;
    /**
     * Smallest unit of the currency (JPY: yen)
     */
    price: number;
  }[];
  customer: {
    email: string;
    name: string;
    locale: 'ja' | 'en';
  };
  failure: {
    code: 'OUT_OF_STOCK' | 'PAYMENT_DECLINED' | 'STEP_FAILED' | 'ORDER_CANCELLED';
    message: string;
  };
  /**
   * When it happened, ISO 8601 UTC
   */
  timestamp: string;
  /**
   * Envelope for deduplication and tracing
   */
  metadata: {
    /**
     * Unique per event; consumers deduplicate by it
     */
    eventId: string;
    schemaVersion: string;
    /**
     * The request that started it all
     */
    correlationId: string;
    /**
     * The event or request that led to this one
     */
    causationId?: string;
  };
}

export interface EventDetails {
  OrderCancelled: OrderCancelled;
  OrderCompleted: OrderCompleted;
  OrderCreated: OrderCreated;
  OrderFailed: OrderFailed;
  OrderStatusChanged: OrderStatusChanged;
  ProductChanged: ProductChanged;
  StockReleased: StockReleased;
  StockReserved: StockReserved;
  StockUpdated: StockUpdated;
  UserRegistered: UserRegistered;
}

/** The major version before, where it is still read. */
export interface OlderDetails {
  OrderCancelled: OrderCancelledV1;
  OrderCompleted: OrderCompletedV1;
  OrderCreated: OrderCreatedV1;
  OrderFailed: OrderFailedV1;
}

export const eventCatalogue = {
  OrderCancelled: { source: 'order-saga.orders', version: '2.0' },
  OrderCompleted: { source: 'order-saga.orders', version: '2.0' },
  OrderCreated: { source: 'core-api.orders', version: '2.0' },
  OrderFailed: { source: 'order-saga.orders', version: '2.0' },
  OrderStatusChanged: { source: 'order-saga.orders', version: '1.0' },
  ProductChanged: { source: 'core-api.products', version: '1.0' },
  StockReleased: { source: 'stock-service.stock', version: '1.0' },
  StockReserved: { source: 'stock-service.stock', version: '1.0' },
  StockUpdated: { source: 'stock-service.stock', version: '1.0' },
  UserRegistered: { source: 'auth.users', version: '1.0' },
} as const;
