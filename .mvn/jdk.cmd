@rem Called by mvnw.cmd and quotient.bat: finds a JDK 25 or newer and sets JDK_HOME, JDK_VERSION and JDK_NUMBER
@rem (25.0.3 gives 25000003). JAVA_HOME if it fits, else the best of the usual places: any 25.x before
@rem anything newer, otherwise the higher version. Leaves JDK_HOME undefined if there is none.
@echo off
set "JDK_HOME="
set "JDK_VERSION="
set "JDK_NUMBER="
set "JDK_BEST=0"
if defined JAVA_HOME call :consider "%JAVA_HOME%"
if defined JDK_HOME exit /b 0
call :search "%ProgramFiles%\Eclipse Adoptium"
call :search "%ProgramFiles%\Java"
call :search "%ProgramFiles%\Microsoft"
call :search "%ProgramFiles%\Zulu"
call :search "%ProgramFiles%\Amazon Corretto"
call :search "%ProgramFiles%\BellSoft"
call :search "%ProgramFiles%\OpenJDK"
call :search "%LOCALAPPDATA%\Programs\Eclipse Adoptium"
call :search "%USERPROFILE%\.jdks"
call :search "%USERPROFILE%\.gradle\jdks"
if defined JDK_HOME exit /b 0
for %%j in (java.exe) do if not "%%~$PATH:j"=="" call :consider "%%~dp$PATH:j.."
exit /b 0

:search
if exist "%~1" for /f "delims=" %%j in ('dir /b /ad "%~1"') do call :consider "%~1\%%j"
exit /b 0

:consider
if not exist "%~1\bin\javac.exe" exit /b 0
if not exist "%~1\release" exit /b 0
set "CANDIDATE="
for /f "usebackq tokens=1,2 delims==" %%k in ("%~1\release") do if "%%k"=="JAVA_VERSION" set "CANDIDATE=%%~l"
if not defined CANDIDATE exit /b 0
set "NUMBER=0"
for /f "tokens=1-3 delims=.-+" %%a in ("%CANDIDATE%") do call :number %%a %%b %%c
if %NUMBER% lss 25000000 exit /b 0
set "RANK=%NUMBER%"
if %NUMBER% lss 26000000 set /a "RANK=NUMBER + 1000000000"
if %RANK% leq %JDK_BEST% exit /b 0
set "JDK_BEST=%RANK%"
set "JDK_HOME=%~1"
set "JDK_VERSION=%CANDIDATE%"
set "JDK_NUMBER=%NUMBER%"
exit /b 0

:number
set "MINOR=%2"
set "PATCH=%3"
if not defined MINOR set "MINOR=0"
if not defined PATCH set "PATCH=0"
if "%MINOR%"=="ea" set "MINOR=0"
set /a "NUMBER=%1 * 1000000 + MINOR * 1000 + PATCH"
exit /b 0
