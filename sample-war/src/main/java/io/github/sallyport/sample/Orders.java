package io.github.sallyport.sample;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** The newest orders, in memory: a sample keeps nothing else. Safe for use by many threads. */
@ApplicationScoped
class Orders {
  private static final int MOST = 100;

  private final ConcurrentSkipListMap<Long, Order> byId = new ConcurrentSkipListMap<>();
  private final AtomicLong lastId = new AtomicLong();

  List<Order> all() {
    return List.copyOf(byId.values());
  }

  Order place(String what, String placedBy) {
    Order order = new Order(lastId.incrementAndGet(), what, placedBy);
    byId.put(order.id(), order);
    while (byId.size() > MOST) byId.pollFirstEntry();
    return order;
  }

  /** Tells whether there was such an order. */
  boolean remove(long id) {
    return byId.remove(id) != null;
  }
}
