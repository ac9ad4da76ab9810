package io.github.sallyport.sample.mistakes;

import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import org.jspecify.annotations.Nullable;

/** One class a kind, or a method. */
public final class Mistakes {
  private Mistakes() {}

  /** Methods that no interceptor sees. */
  @ApplicationScoped
  public static class Methods {
    @Secured
    private String hidden() {
      return "";
    }

    @Secured
    static String alone() {
      return "";
    }

    @Secured
    public final String closed() {
      return hidden();
    }
  }

  /** A class that no interceptor can stand before. */
  @Dependent
  public static final class Closed {
    @Secured
    public String open() {
      return "";
    }
  }

  /** Neither bean nor resource. */
  public static class Nothing {
    @Secured
    public String open() {
      return "";
    }
  }

  /** No mistake: it speaks of the annotation, and does not carry it. */
  public static class Reader {
    @Nullable Secured read(Class<?> type) {
      return type.getAnnotation(Secured.class);
    }
  }
}
