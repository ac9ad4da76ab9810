package io.github.sallyport;

import java.util.List;
import java.util.Objects;

/**
 * How well a deployment does.
 *
 * @param parts each with a name of its own
 */
public record Health(List<Part> parts) {
  public Health {
    parts = List.copyOf(parts);
  }

  /** How well a part does. */
  public enum Status {
    /** All is as it should be. */
    UP,
    /** Something is missing, and requests are answered. */
    DEGRADED,
    /** Requests can't be answered. */
    DOWN
  }

  /**
   * One part.
   *
   * @param name {@code store}, {@code issuer.main}, …: names of ours and of the configuration's, no
   *     one else's
   * @param detail a sentence for who operates it; no secret
   */
  public record Part(String name, Status status, String detail) {
    public Part {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(status, "status");
      Objects.requireNonNull(detail, "detail");
    }
  }

  /** Tells whether requests can be answered: no part is down. */
  public boolean isUp() {
    return parts.stream().noneMatch(part -> part.status() == Status.DOWN);
  }
}
