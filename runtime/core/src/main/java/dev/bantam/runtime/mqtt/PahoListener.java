package dev.bantam.runtime.mqtt;

import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.jspecify.annotations.Nullable;

/** How one of Paho's actions ends; both are called by Paho's threads, so they only hand over. */
record PahoListener(Consumer<IMqttToken> success, Consumer<@Nullable Throwable> failure)
    implements MqttActionListener {

  @Override
  public void onSuccess(IMqttToken token) {
    success.accept(token);
  }

  @Override
  public void onFailure(IMqttToken token, @Nullable Throwable cause) {
    failure.accept(cause);
  }
}
