package io.github.sallyport.sample.doors;

import io.github.sallyport.Caller;
import io.github.sallyport.CurrentCaller;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;

/** Names who shook hands, and for whom the thread of a message works. */
@ServerEndpoint("/socket")
public class EchoSocket {
  @OnMessage
  public String answer(String text, Session session) {
    String shookHands =
        session.getUserPrincipal() instanceof Caller caller ? caller.getName() : "nobody";
    String here = CurrentCaller.find().map(Caller::getName).orElse("nobody");
    return text + " by " + shookHands + " for " + here;
  }
}
