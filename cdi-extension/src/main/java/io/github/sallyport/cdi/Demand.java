package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.Freshness;
import io.github.sallyport.Refusal;
import io.github.sallyport.Refused;
import io.github.sallyport.access.Requirement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that is asked before one method: computed once.
 *
 * @param requirement null: nothing of ours stands on the method, JSR-250 alone
 * @param freshness null: none is asked for
 * @param policies asked in this order
 * @param jsr250 null: nothing of it stands there, or it is not ours to ask
 */
record Demand(
    @Nullable Requirement requirement,
    @Nullable Freshness freshness,
    List<Policies.Policy> policies,
    @Nullable Jsr250 jsr250) {

  /**
   * Tells whether a call without a caller is refused: what JSR-250 asks is the container's then.
   */
  boolean needsCaller() {
    return requirement != null;
  }

  /** Says why this caller may call nothing here at all; empty if it may. */
  Optional<Refused> judge(Caller caller) {
    Optional<Refused> why = requirement == null ? Optional.empty() : requirement.judge(caller);
    if (why.isEmpty() && jsr250 != null) why = jsr250.judge(caller);
    if (why.isEmpty() && freshness != null) why = freshness.judge(caller);
    return why;
  }

  /** Says why this call may not go on, to be asked of who may call here. */
  Optional<Refused> judge(Caller caller, Method method, List<@Nullable Object> arguments) {
    for (Policies.Policy policy : policies) {
      if (!policy.permits(caller, method, arguments)) {
        return Optional.of(
            Refused.of(Refusal.POLICY_DENIED, "The policy of this method does not permit this."));
      }
    }
    return Optional.empty();
  }
}
