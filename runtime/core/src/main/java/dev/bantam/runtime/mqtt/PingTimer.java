package dev.bantam.runtime.mqtt;

import java.util.Timer;
import java.util.TimerTask;
import org.eclipse.paho.mqttv5.client.MqttPingSender;
import org.eclipse.paho.mqttv5.client.internal.ClientComms;
import org.jspecify.annotations.Nullable;

/** Paho's keep-alive on a daemon thread: its own timer keeps a process from ending. */
final class PingTimer implements MqttPingSender {

  /** Paho starts this before it knows the broker's Server Keep Alive. */
  private static final long FIRST_CHECK_MS = 500;

  private final Timer timer = new Timer("bantam-mqtt-ping", true);
  private volatile @Nullable ClientComms comms;
  private volatile boolean stopped;

  @Override
  public void init(ClientComms clientComms) {
    comms = clientComms;
  }

  @Override
  public void start() {
    ClientComms started = comms;
    if (started != null) {
      schedule(Math.min(started.getKeepAlive(), FIRST_CHECK_MS));
    }
  }

  @Override
  public void stop() {
    stopped = true;
    timer.cancel();
  }

  @Override
  public void schedule(long delayMs) {
    if (stopped) {
      return;
    }
    TimerTask ping =
        new TimerTask() {
          @Override
          public void run() {
            ClientComms pinged = comms;
            if (pinged != null) {
              pinged.checkForActivity();
            }
          }
        };
    try {
      timer.schedule(ping, Math.max(delayMs, 1));
    } catch (IllegalStateException e) {
      stopped = true;
    }
  }
}
