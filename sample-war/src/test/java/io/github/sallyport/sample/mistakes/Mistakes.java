package io.github.sallyport.sample.mistakes;

import io.github.sallyport.Caller;
import io.github.sallyport.access.AccessPolicy;
import io.github.sallyport.cdi.Fresh;
import io.github.sallyport.cdi.Guarded;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import java.lang.reflect.Method;
import java.util.List;
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

  /** What nobody can have meant. */
  @ApplicationScoped
  public static class Words {
    @Secured(scopes = "read write")
    public String space() {
      return "";
    }

    @Fresh("soon")
    public String soon() {
      return "";
    }

    @Guarded(Unknown.class)
    public String unknown() {
      return "";
    }
  }

  /** No bean. */
  public static class Unknown implements AccessPolicy {
    @Override
    public boolean permits(Caller caller, Method method, List<@Nullable Object> arguments) {
      return true;
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
