package io.github.sallyport.cdi;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.eclipse.microprofile.rest.client.annotation.RegisterClientHeaders;

/** As an application writes it, and as the how-to shows it. */
@Path("/page")
@RegisterClientHeaders(BillingToken.class)
public interface Billing {
  @GET
  String get();
}
