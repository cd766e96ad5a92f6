/// Rules that hold for the whole program, checked on its class files and packaged jars. They stand here because only this
/// module sees all others. Start reading at {@link quotient.architecture.ModuleArrowsTest}.
package quotient.architecture;
