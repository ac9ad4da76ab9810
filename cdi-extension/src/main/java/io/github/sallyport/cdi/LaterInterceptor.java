package io.github.sallyport.cdi;

import io.github.sallyport.CurrentCaller;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.security.enterprise.SecurityContext;
import java.io.Serializable;
import java.util.Optional;

/**
 * Has a session bean's {@code @Asynchronous} method work for its caller. The container takes no
 * context of ours to that thread, but its own principal (Jakarta Enterprise Beans 4.0, 4.5.4), and
 * that is ours where our mechanism named it. Loaded only where Jakarta Security's API is.
 */
@Later
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 80)
class LaterInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // CDI's own, which is serializable.
  private final Instance<SecurityContext> security;

  @Inject
  LaterInterceptor(Instance<SecurityContext> security) {
    this.security = security;
  }

  @AroundInvoke
  Object follow(InvocationContext call) throws Exception {
    Optional<SallyportPrincipal> told =
        CurrentCaller.find().isPresent() ? Optional.empty() : told();
    if (told.isEmpty()) return call.proceed();
    CurrentCaller.Scope scope = CurrentCaller.enter(told.get().caller());
    try {
      return call.proceed();
    } finally {
      scope.close();
    }
  }

  private Optional<SallyportPrincipal> told() {
    return security.get().getPrincipalsByType(SallyportPrincipal.class).stream().findFirst();
  }
}
