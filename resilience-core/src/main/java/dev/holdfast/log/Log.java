package dev.holdfast.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A logger that never throws: a log that cannot be written must not become the failure of a call,
 * nor keep what the call holds from being given back.
 */
public final class Log {

  private final Logger logger;

  private Log(Logger logger) {
    this.logger = logger;
  }

  /** The log of the logger with this name. */
  public static Log of(String name) {
    return new Log(System.getLogger(name));
  }

  /**
   * Writes a message.
   *
   * @param format as that of {@link java.text.MessageFormat}
   */
  public void write(Level level, String format, @Nullable Object... arguments) {
    try {
      logger.log(level, format, arguments);
    } catch (Throwable ignored) {
      // See the class comment.
    }
  }

  /** Writes a message that is made only if this level is logged. */
  public void write(Level level, Supplier<String> message) {
    try {
      logger.log(level, message);
    } catch (Throwable ignored) {
      // See the class comment.
    }
  }
}
