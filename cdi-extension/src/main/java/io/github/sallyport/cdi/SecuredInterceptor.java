package io.github.sallyport.cdi;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;

/**
 * Asks the gate before a secured method, and before any transaction of it begins. A bean that is
 * passivated takes it along.
 */
@Secured
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class SecuredInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // What CDI hands out for an application scoped bean is serializable.
  private final SallyportExtension extension;

  @Inject
  SecuredInterceptor(SallyportExtension extension) {
    this.extension = extension;
  }

  @AroundInvoke
  Object ask(InvocationContext call) throws Exception {
    Gate.pass(
        extension.demand(call.getTarget().getClass(), call.getMethod()),
        call.getMethod(),
        call.getParameters());
    return call.proceed();
  }
}
