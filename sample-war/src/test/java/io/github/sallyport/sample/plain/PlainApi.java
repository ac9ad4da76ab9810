package io.github.sallyport.sample.plain;

import io.github.sallyport.cdi.Fresh;
import io.github.sallyport.cdi.Secured;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;

/** The application. */
@ApplicationPath("/rest")
public class PlainApi extends Application {

  /** Its only resource. */
  @Path("plain")
  public static class Plain {
    @GET
    @Secured(scopes = "vault:open")
    public String open() {
      return "opened";
    }

    @GET
    @Path("fresh")
    @Fresh("PT5M")
    public String touch() {
      return "touched";
    }
  }
}
