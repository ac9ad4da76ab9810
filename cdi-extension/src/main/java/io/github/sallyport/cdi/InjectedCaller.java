package io.github.sallyport.cdi;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import io.github.sallyport.ForwardingCaller;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Typed;
import java.io.Serializable;

/**
 * What {@code @Inject Caller} gives: it asks for the current caller at each call, so that it is
 * right in a bean of any scope and never a frozen user. Without state: it may be serialized with
 * its bean.
 */
@Dependent
@Typed(Caller.class) // As a Principal it would make everybody's @Inject Principal ambiguous.
class InjectedCaller implements ForwardingCaller, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public Caller caller() {
    return CurrentCaller.find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "There is no caller here: this thread serves no request that passed Sallyport's"
                        + " filter. From another thread use Caller.wrap."));
  }

  @Override
  public boolean isAuthenticated() {
    return CurrentCaller.find().map(Caller::isAuthenticated).orElse(false);
  }

  @Override
  public String toString() {
    return CurrentCaller.find().map(Caller::toString).orElse("Caller[none here]");
  }
}
