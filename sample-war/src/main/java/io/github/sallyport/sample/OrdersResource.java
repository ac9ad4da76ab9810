package io.github.sallyport.sample;

import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.cdi.Secured;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;

/**
 * Orders. Who may read them stands in the path rules of {@code microprofile-config.properties}, who
 * may place and delete them at the methods, to show both ways.
 */
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class OrdersResource {
  private static final int LONGEST = 1000;

  @Inject Orders orders;
  @Inject Caller caller;

  @GET
  public List<Order> list() {
    return orders.all();
  }

  /** Takes any text for an order. */
  @POST
  @Consumes(MediaType.WILDCARD)
  @Secured(scopes = "orders:write")
  public Response place(String what) {
    if (what.length() > LONGEST) return Response.status(413).build();
    Order order = orders.place(what, caller.getName());
    return Response.created(URI.create("orders/" + order.id())).entity(order).build();
  }

  /** For an administrator, and a person: a request that shows a token, maybe beside a key. */
  @DELETE
  @Path("{id}")
  @Secured(roles = "admin", credentials = CredentialKind.BEARER)
  public void delete(@PathParam("id") long id) {
    if (!orders.remove(id)) throw new NotFoundException();
  }
}
