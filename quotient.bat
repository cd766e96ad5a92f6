@rem Finds a JDK, builds once if the sources are newer than the last build, and runs the program.
@rem Works from any folder; docs\building.md explains each step.
@echo off
setlocal
set "ROOT=%~dp0"
call "%ROOT%.mvn\jdk.cmd"
if not defined JDK_HOME (
  echo quotient: no JDK 25 or newer in JAVA_HOME, the usual install folders or PATH; install one ^(such as Temurin 25^) or set JAVA_HOME 1>&2
  exit /b 1
)
if %JDK_NUMBER% lss 25000003 echo quotient: warning: %JDK_HOME% is %JDK_VERSION%, which has known faults; 25.0.3 or newer is better 1>&2

set "BUILD=%ROOT%cli\target\quick"
set "RUN=%BUILD%\run"
set "LOCK=%BUILD%\lock"
set "LOG=%BUILD%\build.log"

call :fresh
if not errorlevel 1 goto run
if not exist "%BUILD%" mkdir "%BUILD%"
set "WAITED="

:lock
mkdir "%LOCK%" 2>nul
if not errorlevel 1 goto build
if not defined WAITED echo quotient: waiting for another build; if there is none, delete %LOCK% 1>&2
set "WAITED=yes"
ping -n 2 127.0.0.1 >nul
goto lock

:build
call :fresh
if not errorlevel 1 goto unlock
echo quotient: building ^(first use, or the sources changed^) 1>&2
if exist "%RUN%.part" rmdir /s /q "%RUN%.part"
if exist "%BUILD%\dist" rmdir /s /q "%BUILD%\dist"
echo started> "%BUILD%\started"
call "%ROOT%mvnw.cmd" -B -ntp -f "%ROOT%pom.xml" -Dquick -Dmaven.test.skip=true -pl cli -am package > "%LOG%" 2>&1 <nul
if not errorlevel 1 goto collect
findstr /b "[ERROR] mvnw:" "%LOG%" 1>&2
echo quotient: the build failed; see %LOG% 1>&2
rmdir "%LOCK%"
exit /b 1

:collect
xcopy /e /i /q "%BUILD%\dist" "%RUN%.part" >nul
move "%BUILD%\started" "%RUN%.part\built" >nul
if exist "%RUN%" rmdir /s /q "%RUN%"
move "%RUN%.part" "%RUN%" >nul
echo quotient: built 1>&2

:unlock
rmdir "%LOCK%"

:run
"%JDK_HOME%\bin\java" -XX:MaxNewSize=64m -XX:GCTimeRatio=1 "-Dquotient.peers=%ROOT%bench\peers\target\peers" -p "%RUN%\modules;%RUN%\bench" --add-modules quotient.bench -cp "%RUN%\chemistry\*" -m quotient.cli/quotient.cli.Main %*
exit /b %errorlevel%

:fresh
if not exist "%RUN%\built" exit /b 1
if not exist "%ROOT%pom.xml" exit /b 0
powershell -NoProfile -Command "$t = (Get-Item '%RUN%\built').LastWriteTime; Set-Location '%ROOT%'; $s = 'pom.xml', 'tensor', 'autodiff', 'geometry', 'models', 'bench', 'cli' | Get-ChildItem -Recurse | Where-Object { $_.FullName -notmatch '\\(target|test)(\\|$)' -and $_.LastWriteTime -gt $t } | Select-Object -First 1; if ($s) { exit 1 }"
exit /b %errorlevel%
