package io.github.sallyport.sample.transaction;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.TransactionScoped;
import jakarta.transaction.Transactional;
import java.io.Serializable;

/**
 * Says that a transaction begins, where no server begins one: at the priority that Jakarta
 * Transactions gives its interceptor (3.7).
 */
@Transactional
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 200)
public class StandIn implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject
  @Initialized(TransactionScoped.class)
  transient Event<Object> begins;

  @AroundInvoke
  Object begin(InvocationContext call) throws Exception {
    begins.fire(call.getMethod());
    return call.proceed();
  }
}
