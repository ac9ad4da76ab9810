package io.github.sallyport.sample.secured;

import java.security.Principal;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One view of the caller as a line, in the same words for every API that has one. */
final class View {
  private View() {}

  static String of(@Nullable Principal principal, Predicate<String> inRole) {
    // WildFly's Jakarta Security has a principal for nobody, and that is its name.
    String name =
        principal == null || principal.getName().equals("anonymous")
            ? "nobody"
            : principal.getName();
    return name + " admin=" + inRole.test("admin") + " clerk=" + inRole.test("clerk");
  }
}
