package io.github.sallyport.access;

import io.github.sallyport.Caller;
import io.github.sallyport.Refused;
import java.util.Objects;
import java.util.Optional;

/**
 * What holds for one request, found by its path and method.
 *
 * @param name the NAME of {@code sallyport.access.NAME}; {@link #NONE} or {@link #OURS} where no
 *     such rule holds
 * @param policy what is asked first
 * @param requirement what an authenticated caller must bring; looked at with {@link
 *     Policy#AUTHENTICATED} only
 * @param cost the permits of its plan that a request of a limited caller takes
 */
public record Rule(String name, Policy policy, Requirement requirement, int cost) {
  /** What a request is called for which there is no rule; no rule can have that name. */
  public static final String NONE = "-";

  /** The same for our own endpoints. */
  public static final String OURS = "/sallyport";

  public Rule {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(requirement, "requirement");
  }

  static Rule of(String name, Policy policy) {
    return new Rule(name, policy, Requirement.AUTHENTICATED, 1);
  }

  /** Says why this caller may not go on; empty if it may. */
  public Optional<Refused> judge(Caller caller) {
    return policy == Policy.AUTHENTICATED ? requirement.judge(caller) : Optional.empty();
  }
}
