package io.github.sallyport.sample;

import io.github.sallyport.Caller;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.net.URI;
import java.util.List;

/**
 * Orders. Who may read and who may delete stands in the path rules of {@code
 * microprofile-config.properties}; what placing one needs is asked in code, to show both ways.
 */
@Path("/orders")
@Produces(MediaType.APPLICATION_JSON)
public final class OrdersResource {
  private static final Orders ORDERS = new Orders();
  private static final int LONGEST = 1000;

  @GET
  public List<Order> list() {
    return ORDERS.all();
  }

  /** Takes any text for an order. */
  @POST
  @Consumes(MediaType.WILDCARD)
  public Response place(String what, @Context SecurityContext security) {
    Caller caller = (Caller) security.getUserPrincipal();
    caller.require("orders:write");
    if (what.length() > LONGEST) return Response.status(413).build();
    Order order = ORDERS.place(what, caller.getName());
    return Response.created(URI.create("orders/" + order.id())).entity(order).build();
  }

  @DELETE
  @Path("{id}")
  public void delete(@PathParam("id") long id) {
    if (!ORDERS.remove(id)) throw new NotFoundException();
  }
}
